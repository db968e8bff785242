/** Colours of one appearance. Series keep a contrast of 3:1 with the background, text 4.5:1 (WCAG 2.2). */
export interface Palette {
  background: string;
  ink: string;
  soft: string;
  grid: string;
  axis: string;
  series: readonly string[];
}

export const light: Palette = {
  background: '#ffffff',
  ink: '#1b2230',
  soft: '#586174',
  grid: '#e4e8ee',
  axis: '#9aa3b2',
  series: ['#1f6feb', '#d1550f', '#0f8a6c', '#8250df', '#b4307f', '#7a6a00'],
};

export const dark: Palette = {
  background: '#161b22',
  ink: '#e6eaf0',
  soft: '#a3adbd',
  grid: '#2b3340',
  axis: '#5d6879',
  series: ['#6aa8ff', '#ff9a5c', '#3fcfa6', '#b794ff', '#f27fc0', '#d6c34a'],
};

/**
 * Only what the dark appearance changes; the light colours are attributes, so that the chart is right where styles are
 * not allowed. Class names have a prefix because a chart may stand inside a page.
 */
export const darkStyle = [
  '@media (prefers-color-scheme:dark){',
  `.nvc-background{fill:${dark.background}}.nvc-ink{fill:${dark.ink}}.nvc-soft{fill:${dark.soft}}`,
  `.nvc-grid{stroke:${dark.grid}}.nvc-axis{stroke:${dark.axis}}`,
  ...dark.series.map((colour, n) => `.nvc-fill-${n}{fill:${colour}}.nvc-line-${n}{stroke:${colour}}`),
  '}',
].join('');
