/** Of the page: light or dark as the reader's machine is, nothing from elsewhere. */
export const style = `
:root { color-scheme: light dark; --ink: #1d232b; --soft: #5a6572; --paper: #fff; --panel: #f5f6f8; --line: #dfe3e8;
  --blue: #2f6fb5; --good: #2f7d4f; --fair: #a87000; --poor: #c03a2b; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ee; --soft: #9aa6b4; --paper: #14181d; --panel: #1d232b;
  --line: #333c47; --blue: #6ea8e6; --good: #62b583; --fair: #d9a441; --poor: #ef7b6c; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 68rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.7rem; margin: 0; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; overflow-wrap: anywhere; }
p { margin: .25rem 0 .75rem; max-width: 46rem; }
.soft, figcaption { color: var(--soft); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem; background: var(--panel); border-radius: 8px;
  padding: 1rem 1.25rem; margin: 1.25rem 0; }
dt { color: var(--soft); } dd { margin: 0; font-variant-numeric: tabular-nums; }
ol.warnings { padding-left: 1.5rem; } ol.warnings li { margin: .35rem 0; } ol.warnings b { overflow-wrap: anywhere; }
.wide { overflow-x: auto; } svg { display: block; width: 100%; min-width: 44rem; height: auto; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg .name { text-anchor: end; }
svg .figure { font-variant-numeric: tabular-nums; } svg .tick { text-anchor: middle; fill: var(--soft); }
svg .grid { stroke: var(--line); } svg .zero { stroke: var(--soft); }
svg .limit { stroke: var(--poor); stroke-dasharray: 5 4; }
svg .good { fill: var(--good); } svg .fair { fill: var(--fair); } svg .poor { fill: var(--poor); }
svg .bar, svg .seen { fill: var(--blue); } svg .held { fill: var(--line); }
table { border-collapse: collapse; width: 100%; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: .5rem; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th.text, td.text { text-align: left; } thead th { color: var(--soft); font-weight: 600; } tbody th { font-weight: 500; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { main { max-width: none; } }
`;
