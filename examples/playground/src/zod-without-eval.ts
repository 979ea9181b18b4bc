import { config } from 'zod';

// The page's policy forbids eval, which zod would try, and browsers report what they forbid. It must run before any schema
// is made.
config({ jitless: true });
