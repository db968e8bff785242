import { light } from './palette.ts';
import { escapeXml, round } from './svg-text.ts';

export function drawText(
  text: string,
  { x, y, tone, anchor }: { x: number; y: number; tone: 'ink' | 'soft'; anchor?: 'middle' | 'end' },
): string {
  const align = anchor === undefined ? '' : ` text-anchor="${anchor}"`;
  return `<text class="nvc-${tone}" x="${round(x)}" y="${round(y)}"${align} fill="${light[tone]}">${escapeXml(text)}</text>`;
}
