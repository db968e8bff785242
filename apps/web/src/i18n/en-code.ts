/** Code of nodes: mistakes in it, its lines, its console, its policies. */
export const enCode = {
  'code.all': 'Show all {count}',
  'code.copy': 'Copy the code',
  'code.cut': 'Lines {first} to {last} of {total}',
  'code.errors':
    'The saved draft has {count} mistake in its code, and cannot be published|The saved draft has {count} mistakes in its code, and cannot be published',
  'code.fewer': 'Show fewer',
  'code.notPublished': 'Not published: the code has mistakes',
  'code.notPublishedHelp': 'They are listed above. Mend them and save, then publish again.',
  'code.warnings': 'Some code could not be checked',
  'logs.filter': 'Filter the lines',
  'logs.follow': 'To the latest line',
  'logs.noMatch': 'No line matches.',
  'logs.shown': '{count} of {total} lines|{count} of {total} lines',
  'logs.troubles': 'Warnings and errors only',
  'step.code': 'Code',
  'step.failedCall': 'In the call',
} as const;
