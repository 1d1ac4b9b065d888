/** One column, so that it is read on a phone as on a screen; light or dark as the reader has it. */
export const style = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --faint: #59636e; --line: #d1d9e0; --box: #f6f8fa;
  --error: #b3261e; --warning: #8a5a00; --info: #0b57d0; --good: #116329; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3; --faint: #9198a1; --line: #3d444d; --box: #151b23;
  --error: #ff8a80; --warning: #f2cc60; --info: #79c0ff; --good: #56d364; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 60rem; background: var(--back); color: var(--text);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
p, ul, dl { margin: .35rem 0; }
ul { padding-left: 1.2rem; }
code, .where { font-family: ui-monospace, monospace; font-size: .9em; }
a { color: var(--info); }
.faint, dt { color: var(--faint); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }
dd { margin: 0; }
.result { font-size: 1.1rem; font-weight: 600; }
.good { color: var(--good); }
.error { color: var(--error); }
.warning { color: var(--warning); }
.info { color: var(--info); }
.alarm { border: 2px solid var(--error); border-radius: .4rem; padding: .6rem .9rem; margin: 1rem 0; }
.alarm h2 { margin: 0; color: var(--error); }
article { border: 1px solid var(--line); border-left: .3rem solid currentColor; border-radius: .3rem; padding: .5rem .8rem; margin: .5rem 0;
  background: var(--box); content-visibility: auto; contain-intrinsic-size: auto 8rem; }
article > * { color: var(--text); }
article h3 .severity { text-transform: uppercase; font-size: .8em; letter-spacing: .04em; }
article.error .severity { color: var(--error); }
article.warning .severity { color: var(--warning); }
article.info .severity { color: var(--info); }
summary { cursor: pointer; color: var(--faint); }
form { position: sticky; top: 0; z-index: 1; background: var(--back); border-bottom: 1px solid var(--line); padding: .5rem 0;
  display: flex; flex-wrap: wrap; gap: .4rem 1rem; align-items: center; }
form[hidden] { display: none; }
input[type=search], select { font: inherit; padding: .25rem .5rem; max-width: 100%; color: inherit; background: var(--box);
  border: 1px solid var(--line); border-radius: .3rem; }
input[type=search] { flex: 1 1 14rem; min-width: 0; }
label { white-space: nowrap; }
[hidden] { display: none !important; }
@media (max-width: 30rem) { body { padding: .6rem; } dl { grid-template-columns: 1fr; } dd { margin-bottom: .3rem; } }
@media print { body { max-width: none; padding: 0; } form { display: none; } article { break-inside: avoid; content-visibility: visible; }
  details::details-content { content-visibility: visible; display: block; } a { color: inherit; text-decoration: none; } }
`;
