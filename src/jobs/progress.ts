/** How far something is, and what, where that changes on the way. */
export type Progress = (done: number, total: number, label?: string) => void;
