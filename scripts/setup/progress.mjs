/**
 * One step of work with a line that shows how long it takes: redrawn in place on a terminal, and a new line every
 * five seconds elsewhere. `work` may report a detail ("120 packages") to be shown behind the elapsed time.
 * @template T
 * @param {string} title
 * @param {(report: (detail: string) => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function runStep(title, work, output = process.stdout) {
  const startedAt = Date.now();
  let detail = '';
  let printed = 0;
  const line = (mark) => `${mark} ${title} ${elapsed(startedAt)}${detail ? ` · ${detail}` : ''}`;
  const draw = () => {
    if (output.isTTY) output.write(`\r\u001b[2K${line('…').slice(0, (output.columns ?? 80) - 1)}`);
    else if (printed++ % 5 === 0) output.write(`${line('…')}\n`);
  };
  draw();
  const timer = setInterval(draw, 1_000);
  const finish = (mark) => {
    clearInterval(timer);
    output.write(`${output.isTTY ? '\r\u001b[2K' : ''}${line(mark)}\n`);
  };
  try {
    const result = await work((text) => {
      detail = text;
    });
    finish('✓');
    return result;
  } catch (error) {
    finish('✗');
    throw error;
  }
}

function elapsed(startedAt) {
  const ms = Date.now() - startedAt;
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}
