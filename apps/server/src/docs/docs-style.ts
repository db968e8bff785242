/** The look of the page at /api/docs: no script, no font or image from elsewhere. */
export const docsStyle = `
:root { color-scheme: light dark; --text: #1d2129; --soft: #5b6472; --line: #dfe3e8; --panel: #f6f7f9; --page: #fff;
  --accent: #0b6b62; --get: #0b6b62; --post: #1d56a8; --put: #8a5a00; --delete: #a8231d; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --soft: #9aa4b2; --line: #2e343d; --panel: #1b1f26;
  --page: #14171c; --accent: #56c2b4; --get: #56c2b4; --post: #7fb0f5; --put: #e0b25a; --delete: #f08a85; } }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; scroll-padding-top: 1rem; }
body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.55 system-ui, sans-serif; }
a { color: var(--accent); }
.layout { display: grid; grid-template-columns: 17rem minmax(0, 1fr); max-width: 82rem; margin: 0 auto; }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.5rem 1rem; border-right: 1px solid var(--line);
  font-size: .875rem; }
nav h2 { margin: 1.25rem 0 .25rem; font-size: .75rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
nav ul { margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: .2rem .5rem; border-radius: .35rem; color: inherit; text-decoration: none; }
nav a:hover { background: var(--panel); }
main { padding: 2rem 2.5rem 6rem; }
h1 { margin: 0 0 .5rem; font-size: 2rem; line-height: 1.2; }
main h2 { margin: 3.5rem 0 .5rem; padding-bottom: .4rem; border-bottom: 1px solid var(--line); font-size: 1.5rem; }
article { padding: 1.75rem 0 1.5rem; border-bottom: 1px solid var(--line); }
article h3 { margin: 0 0 .4rem; font-size: 1.1rem; }
.address { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin: .4rem 0 .8rem; }
.method { padding: .1rem .5rem; border: 1px solid currentColor; border-radius: .3rem; font: 600 .75rem/1.5 ui-monospace, monospace; }
.GET { color: var(--get); } .POST { color: var(--post); } .PUT, .PATCH { color: var(--put); } .DELETE { color: var(--delete); }
code, pre { font: .85rem/1.5 ui-monospace, SFMono-Regular, Menlo, monospace; }
:not(pre) > code { padding: .08rem .3rem; border-radius: .25rem; background: var(--panel); overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .9rem 1rem; overflow: auto; border: 1px solid var(--line); border-radius: .5rem; background: var(--panel);
  max-height: 28rem; }
.access { color: var(--soft); font-size: .85rem; }
table { width: 100%; margin: .6rem 0 1rem; border-collapse: collapse; font-size: .875rem; }
th { color: var(--soft); font-weight: 600; text-align: left; }
th, td { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--soft); font-size: .875rem; }
@media (max-width: 60rem) { .layout { display: block; } nav { position: static; height: auto; border: 0; border-bottom: 1px solid var(--line); }
  nav ul { columns: 2; } main { padding: 1.5rem 1.25rem 4rem; } }
`;
