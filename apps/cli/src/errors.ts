import { defineErrors } from '@navette/kit';

/** What the command itself finds wrong. What the server refuses comes as its problem document (`ApiProblem`). */
export const cliErrors = defineErrors({
  CLI_USAGE: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: '{detail}',
    help: 'Run `navette {command}--help` to see how it is used.',
  },
  CLI_FILE_UNREADABLE: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The file {path} cannot be read: {detail}',
    help: 'Check the path and your rights on the file.',
  },
  CLI_FILE_UNWRITABLE: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The file {path} cannot be written: {detail}',
    help: 'Check the path, your rights and the free space.',
  },
  CLI_FILE_INVALID: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: '{path} is not a workflow file',
    help: 'A workflow file is what `navette workflows export` writes: {"name", "description", "definition"}.',
  },
  CLI_INPUT_INVALID: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The input is not usable: {detail}',
    help: 'Give a JSON object, or a list of objects: \'{"month": 3}\', @input.json, or @- for standard input.',
  },
  CLI_NOT_FOUND: {
    kind: 'user',
    status: 404,
    retry: 'never',
    message: 'There is no {what} named "{name}"',
    help: '{hint}',
  },
  CLI_NAME_AMBIGUOUS: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'Several workflows are named "{name}"',
    help: 'Give the id instead: {ids}.',
  },
  CLI_UNREACHABLE: {
    kind: 'operational',
    status: 503,
    retry: 'default',
    message: 'No Navette server answers at {url}: {detail}',
    help: 'Start one with `npm start` or `navette server`, or name another with --url or NAVETTE_URL.',
  },
  CLI_RESPONSE_INVALID: {
    kind: 'operational',
    status: 502,
    retry: 'never',
    message: '{url} answered {status}, which is no answer of a Navette server',
    help: 'Check the address: it is the one that the browser shows, without a path.',
  },
  CLI_CONFIG_INVALID: {
    kind: 'user',
    status: 400,
    retry: 'never',
    message: 'The configuration {path} is not valid: {detail}',
    help: 'Mend the file, or delete it and run `navette login` again.',
  },
  CLI_SIGN_IN_NEEDED: {
    kind: 'user',
    status: 401,
    retry: 'never',
    message: 'There is nobody to ask for {what}: this is no terminal',
    help: 'Give {option}.',
  },
  CLI_SERVER_MISSING: {
    kind: 'operational',
    status: 500,
    retry: 'never',
    message: 'The server program is not where it should be: {path}',
    help: 'Run the command from a complete clone of the repository.',
  },
});
