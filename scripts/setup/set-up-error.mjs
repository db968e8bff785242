/** A failure of the set-up that its message explains in full: it is printed without a stack. */
export class SetUpError extends Error {
  name = 'SetUpError';

  /** @param {string} message @param {string} [detail] the last output of a tool, shown above the message */
  constructor(message, detail = '') {
    super(message);
    this.detail = detail;
  }
}

/** Runs the main function of a script; what it throws becomes words and an exit code. */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    if (error.detail) console.error(`\n${error.detail}`);
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}
