/** Words of JavaScript that can't be a name here; those without a meaning in expressions are refused by this list. */
export const reservedWords = new Set([
  ...[
    'async',
    'await',
    'break',
    'case',
    'catch',
    'class',
    'const',
    'continue',
    'debugger',
    'default',
    'delete',
  ],
  ...['do', 'else', 'enum', 'export', 'extends', 'false', 'finally', 'for', 'function', 'if', 'import', 'in'],
  ...[
    'instanceof',
    'let',
    'new',
    'null',
    'return',
    'super',
    'switch',
    'this',
    'throw',
    'true',
    'try',
    'typeof',
  ],
  ...['var', 'void', 'while', 'with', 'yield'],
]);

/** Property and variable names that lead to a host's machinery in JavaScript. They are refused wherever they stand. */
export const deniedNames = new Set([
  ...['constructor', '__proto__', 'prototype', 'getPrototypeOf', 'prepareStackTrace'],
  ...['__defineGetter__', '__defineSetter__', '__lookupGetter__', '__lookupSetter__'],
]);
