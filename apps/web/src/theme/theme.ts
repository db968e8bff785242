import {
  alpha,
  type CSSVariablesResolver,
  createTheme,
  darken,
  type MantineColorsTuple,
  type MantineTheme,
  rem,
} from '@mantine/core';

/** Warp: the indigo of the threads that hold. */
const warp: MantineColorsTuple = [
  '#eff0ff',
  '#dfe1fc',
  '#bcc1f4',
  '#989fec',
  '#7a83e5',
  '#6670e1',
  '#5560d8',
  '#4751c2',
  '#3d46ad',
  '#323b97',
];

/** Weft: the teal of the thread that travels. */
const weft: MantineColorsTuple = [
  '#e4fbf6',
  '#d1f3eb',
  '#a6e5d6',
  '#77d6c0',
  '#51caae',
  '#38c2a2',
  '#27bf9c',
  '#14a887',
  '#019678',
  '#00826a',
];

const dark: MantineColorsTuple = [
  '#d9dbe8',
  '#bcbfd2',
  '#9a9fb8',
  '#6c718c',
  '#3b4056',
  '#2d3144',
  '#222637',
  '#171a26',
  '#11131d',
  '#0c0e15',
];

const gray: MantineColorsTuple = [
  '#f7f8fc',
  '#f0f1f8',
  '#e4e6f0',
  '#d6d9e6',
  '#c3c7d8',
  '#a0a6bb',
  '#757b92',
  '#5a6076',
  '#3b4053',
  '#242838',
];

export const theme = createTheme({
  colors: { warp, weft, dark, gray },
  primaryColor: 'warp',
  primaryShade: { light: 6, dark: 6 },
  autoContrast: true,
  luminanceThreshold: 0.36,
  black: '#1b1f2d',
  fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  fontFamilyMonospace: "'JetBrains Mono Variable', ui-monospace, 'SF Mono', Menlo, Consolas, monospace",
  headings: {
    fontWeight: '640',
    sizes: {
      h1: { fontSize: rem(24), lineHeight: '1.25' },
      h2: { fontSize: rem(18), lineHeight: '1.3' },
      h3: { fontSize: rem(15.5), lineHeight: '1.35' },
      h4: { fontSize: rem(14), lineHeight: '1.4' },
    },
  },
  defaultRadius: 'md',
  radius: { xs: rem(3), sm: rem(5), md: rem(8), lg: rem(12), xl: rem(18) },
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  // Plain objects: the components themselves are loaded by the pages that use them.
  components: {
    Badge: { styles: { root: { textTransform: 'none', fontWeight: 560 } } },
    InputWrapper: { styles: { label: { marginBottom: 3 } } },
    Table: {
      styles: { table: { '--table-border-color': 'var(--navette-border)' }, th: { position: 'relative' } },
    },
    // The default is too pale for its size.
    Notification: { styles: { description: { color: 'var(--mantine-color-text)' } } },
    Modal: { defaultProps: { radius: 'lg' }, styles: { title: { fontWeight: 620 } } },
  },
});

/** Text of the lesser kind keeps a contrast of 4.5:1 in both schemes, which the defaults do not. */
export const cssVariables: CSSVariablesResolver = (chosen) => ({
  variables: {},
  light: {
    ...tint(chosen, { shade: 6, strength: 0.1, toText: toDarkText }),
    '--mantine-color-dimmed': '#5a6076',
    '--mantine-color-placeholder': '#6b7187',
    '--mantine-color-error': '#c92a2a',
    '--navette-ground': '#f7f8fc',
    '--navette-surface': '#ffffff',
    '--navette-navbar': '#f0f1f8',
    '--navette-border': '#e1e4ee',
    '--navette-thread': 'linear-gradient(100deg, #5560d8, #14a887)',
    '--navette-canvas-dot': '#d3d7e6',
  },
  dark: {
    ...tint(chosen, { shade: 5, strength: 0.17, toText: (_, colors) => colors[2]! }),
    '--mantine-color-dimmed': '#9a9fb8',
    '--mantine-color-placeholder': '#888da6',
    '--mantine-color-error': '#ff8787',
    '--navette-ground': '#11131d',
    '--navette-surface': '#171a26',
    '--navette-navbar': '#0c0e15',
    '--navette-border': '#2a2e41',
    '--navette-thread': 'linear-gradient(100deg, #7a83e5, #38c2a2)',
    '--navette-canvas-dot': '#2b2f44',
  },
});

interface Tint {
  shade: number;
  strength: number;
  toText(name: string, colors: MantineColorsTuple): string;
}

/** Hues of the warm side are light by nature and need more to be read on a pale wash. */
function toDarkText(name: string, colors: MantineColorsTuple): string {
  const more: Readonly<Record<string, number>> = { yellow: 0.48, orange: 0.36, lime: 0.36 };
  return darken(colors[9]!, more[name] ?? 0.14);
}

/** Washes behind badges, alerts and icons: pale in light, dim in dark, with text that can be read on them. */
function tint(chosen: MantineTheme, { shade, strength, toText }: Tint): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, colors] of Object.entries(chosen.colors)) {
    if (name === 'dark') continue;
    variables[`--mantine-color-${name}-light`] = alpha(colors[shade]!, strength);
    variables[`--mantine-color-${name}-light-hover`] = alpha(colors[shade]!, strength * 1.4);
    variables[`--mantine-color-${name}-light-color`] = toText(name, colors);
  }
  return variables;
}
