import { defineErrors } from '@navette/kit';

export const policyErrors = defineErrors({
  POLICY_HOST_REFUSED: {
    kind: 'user',
    status: 403,
    retry: 'never',
    message: 'Code may not call {host}, port {port}: {place} does not allow it',
    help: 'If it is meant to be called, add it there. Code reaches a host when its step names it and every policy around the step allows it.',
  },
  POLICY_NODE_TYPE_REFUSED: {
    kind: 'user',
    status: 403,
    retry: 'never',
    message: 'Programs may not call the node type "{nodeType}" here: {place} does not allow it',
    help: 'Do it with a node type that is allowed, or have the operator of the server add this one there.',
  },
  POLICY_UNKNOWN: {
    kind: 'user',
    status: 422,
    retry: 'never',
    message: 'There is no policy "{name}", which the {chosenBy} chose',
    help: 'Choose another one ({known}), or have the operator of the server add policies/named/{name}.json.',
  },
  POLICY_BROKEN: {
    kind: 'operational',
    status: 503,
    retry: 'default',
    message: 'Code is not run: the policy file {file} cannot be used ({problem})',
    help: 'The operator of the server has to mend that file; "navette policies check" says what is wrong. It is read again without a restart.',
  },
});
