export const fontSize = 12;
/** Pixels between the edge of the picture and what is in it. */
export const padding = 20;

export interface ChartOptions {
  kind: 'bar' | 'line';
  title: string;
  /** Of the values: "°C". */
  unit: string;
  language: 'en' | 'fr';
  /** Pixels. */
  width: number;
  height: number;
}

/** Where things are. */
export interface Frame {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Width of the place of one label. */
  band: number;
  yOf(value: number): number;
}
