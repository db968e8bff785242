/** What the compiler says in words for projects on Node, in words for code that runs in the sandbox. */
interface Mistake {
  code: string;
  message: string;
}

const noModules =
  'a program can import nothing. Use ctx.http for requests, ctx.run("file", …) for files, ctx.sleep to wait and ctx.run("code", …) for libraries, or paste what you need.';
const noNode = 'Code has the language and what it is given here, and nothing of Node or of a browser.';

/** Advice for the one who sets up a project: there is nothing to install and nothing to set. */
const advice =
  /\.? (?:Do you need to (?:install type definitions|change your target library)|Did you mean to set the )[\s\S]*$/;

export function explainMistake<T extends Mistake>(mistake: T, isImport: (name: string) => boolean): T {
  const { code, message } = mistake;
  const name = /^Cannot find (?:module|name) '([^']+)'/.exec(message)?.[1];
  if (name !== undefined && (code === 'TS2307' || (advice.test(message) && isImport(name))))
    return { ...mistake, message: `Cannot import "${name}": ${noModules}` };
  if (name !== undefined && advice.test(message))
    return { ...mistake, message: `${message.replace(advice, '')}. ${noNode}` };
  const type =
    /^Argument of type '"([^"]*)"' is not assignable to parameter of type '.*keyof NodeTypes'/.exec(
      message,
    )?.[1];
  if (type !== undefined) {
    const help = '`navette types` writes a file with all of them, and their parameters.';
    return { ...mistake, message: `There is no node type "${type}" that a program can call. ${help}` };
  }
  return mistake;
}
