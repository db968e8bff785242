/** After so long without a packet the other side is asked for a sign of life; the usual two hours are no help. */
export const keepAliveAfterMs = 10_000;
