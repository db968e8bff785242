/** What one step may give in all, in bytes of JSON (about). */
export const outputLimitBytes = 32 * 1024 * 1024;
