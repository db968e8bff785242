/** What holds code: the jail, and that it is missing. */
export const enJail = {
  'jail.engines': 'What runs code',
  'jail.enginesText': 'Engines for Code nodes and programs on this server, and what holds them.',
  'jail.line':
    'This code runs without a jail: bubblewrap does not work on this machine, and its operator allows that (NAVETTE_CODE_ALLOW_WITHOUT_JAIL).',
  'jail.more': 'More about it:',
  'jail.node': 'This server runs the code without a jail',
  'jail.nodes': '{count} node runs code without a jail|{count} nodes run code without a jail',
  'jail.notNeeded': 'Needs no jail',
  'jail.server': 'Code runs without a jail here',
  'jail.step': 'The code of this step runs without a jail',
  'jail.text':
    'Bubblewrap does not work on this machine, and its operator allows that (NAVETTE_CODE_ALLOW_WITHOUT_JAIL). Limits still hold, but code that gets past them reaches what the server reaches: files, secrets, the network. Run only code that you trust as you trust the server.',
  'jail.unavailable': 'Not available',
  'jail.with': 'In the jail',
  'jail.without': 'Without a jail',
} as const;
