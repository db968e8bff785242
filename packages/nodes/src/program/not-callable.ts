/** Node types that work on a graph around them, and what a program writes in place of a call. */
export const notCallable = {
  'for-each':
    'write a loop, for (const item of items) { … }, or await ctx.all(items.map((item) => …)) for several at once',
  loop: 'write while (…) { … } around its calls',
  merge: 'put the results together: const [a, b] = await ctx.all([…])',
  if: 'write if (…) { … } else { … }',
  switch: 'write switch (…) { … }',
  filter: 'write items.filter((item) => …)',
  'wait-for-webhook':
    'write await ctx.signal(name): nobody could be given the address of the wait by a program',
} as const;
