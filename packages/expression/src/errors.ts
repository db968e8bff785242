import { defineErrors } from '@navette/kit';

/**
 * What can go wrong with a `{{ }}` expression. Messages quote the expression (it is part of the workflow), never the
 * data it works on.
 */
export const expressionErrors = defineErrors({
  EXPRESSION_SYNTAX: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The expression cannot be read at line {line}, column {column}: {reason}.',
    help: 'Mend the text near "{excerpt}". To write two braces as plain text, put a backslash before them: \\{{.',
  },
  EXPRESSION_DENIED: {
    kind: 'user',
    status: 403,
    retry: 'never',
    message: 'Cannot access "{name}" due to security concerns',
    help: 'Expressions reach data and the listed functions only. Remove "{name}" from the expression.',
  },
  EXPRESSION_UNKNOWN_NAME: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The expression uses the unknown name "{name}".{suggestion}',
    help: "Data of the current item is read with $json.field, other steps with $('Step name'). Put text in quotes.",
  },
  EXPRESSION_UNKNOWN_METHOD: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'A value of type {type} has no method "{name}".{suggestion}',
    help: 'Check the spelling, and the type of the value: convert it first, for example with .toNumber() or .toDateTime().',
  },
  EXPRESSION_TYPE: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The expression does not fit its data: {reason}.',
    help: 'Where a value can be missing, write ?. before the method or give a default with ??.',
  },
  EXPRESSION_ARGUMENT: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: '{name}: {reason}.',
    help: 'Look up {name} in the guide to expressions, and check what is given to it.',
  },
  EXPRESSION_THROWN: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The expression ended with throw.',
    help: 'Catch the error inside the expression, or mend the condition that leads to it.',
  },
  EXPRESSION_BUDGET: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The expression was stopped: it went over the limit of {limit} {unit}.',
    help: 'Do heavy work in a code step, or split the data first so that each expression handles less.',
  },
  EXPRESSION_ENV_DENIED: {
    kind: 'user',
    status: 403,
    retry: 'never',
    message: 'Expressions may not read environment variables ($env).',
    help: 'Use a project variable ($vars.name) for settings and a credential for secrets.',
  },
  EXPRESSION_UNSUPPORTED: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: '{name} is not available in expressions here.',
    help: '{hint}',
  },
  EXPRESSION_READ_ONLY: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The expression tries to change {what}.',
    help: 'Data of steps is read-only. Make a copy first: {...value} for an object, [...value] for a list.',
  },
  EXPRESSION_NODE_UNKNOWN: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The expression refers to the node "{node}", which is not in this workflow.',
    help: 'Check the spelling of the name; renaming a node changes how expressions refer to it.',
  },
  EXPRESSION_NODE_NOT_EXECUTED: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The expression reads the node "{node}", which has not run in this execution.',
    help: "Connect it so that it runs before, or test $('{node}').isExecuted first.",
  },
  EXPRESSION_NO_ITEM: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The expression reads the current item, and there is none.',
    help: 'The step received no items. Use $input.all(), which may be empty, or turn on "continue when empty" upstream.',
  },
  EXPRESSION_FUNCTION_RESULT: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'The result of the expression is a function, not a value.',
    help: 'Call it: put () behind the function, with what it needs between the parentheses.',
  },
});

export type ExpressionErrorCode = keyof typeof expressionErrors.specs;
