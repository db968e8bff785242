import classes from './auth-layout.module.css';

const columns = 9;
const rows = 13;
const columnNumbers = [...Array(columns).keys()];
const rowNumbers = [...Array(rows).keys()];
const gap = 64;

/** A piece of cloth: indigo warp, teal weft, over and under. Decoration only. */
export function Weave() {
  const width = columns * gap;
  const height = rows * gap;
  return (
    <svg
      className={classes['weave']}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="xMidYMid slice"
      aria-hidden="true"
    >
      {columnNumbers.map((column) => (
        <line
          key={column}
          x1={column * gap + gap / 2}
          x2={column * gap + gap / 2}
          y1={0}
          y2={height}
          className={classes['warp']}
        />
      ))}
      {rowNumbers.map((row) => (
        <path key={row} d={toWeft(row)} className={classes['weft']} />
      ))}
    </svg>
  );
}

/** Every second crossing goes under: the thread is left out there. */
function toWeft(row: number): string {
  const y = row * gap + gap / 2;
  const parts: string[] = [];
  for (let column = 0; column < columns; column += 1) {
    const over = (row + column) % 2 === 0;
    const start = column * gap;
    if (over) parts.push(`M${start} ${y}H${start + gap}`);
    else parts.push(`M${start} ${y}h${gap / 2 - 12}m24 0H${start + gap}`);
  }
  return parts.join('');
}
