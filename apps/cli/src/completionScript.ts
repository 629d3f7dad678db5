import type { Command } from 'commander';

/** The shells that `wp completion` knows. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** One of {@link shells}. */
export type Shell = (typeof shells)[number];

/** What can stand for a placeholder: names, or the path of a file. */
export type Values = Readonly<Record<string, readonly string[] | 'file'>>;

/** A command as completion sees it. */
interface Spec {
  /** `wp data pull`. */
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionSpec[];
  /** What its first argument can be. */
  readonly values: readonly string[] | 'file';
  readonly children: readonly Spec[];
}

interface OptionSpec {
  readonly long: string;
  readonly description: string;
  /** Undefined if it takes none. */
  readonly values: readonly string[] | 'file' | undefined;
}

/**
 * A script that completes the commands of a program in a shell. All is in the script, so that no key
 * press waits for a program to start.
 *
 * @param values - For placeholders of arguments and options by name, such as `paper`.
 */
export function completionScript(program: Command, shell: Shell, values: Values): string {
  const spec = specOf(program, program.name(), values);
  switch (shell) {
    case 'bash':
      return bashScript(spec);
    case 'zsh':
      return `#compdef wp\nautoload -U +X compinit bashcompinit\ncompinit\nbashcompinit\n${bashScript(spec)}`;
    case 'fish':
      return fishScript(spec);
  }
}

function specOf(command: Command, path: string, values: Values): Spec {
  const help = command.createHelp();
  const options = help.visibleOptions(command).flatMap((option): OptionSpec[] => {
    if (option.long === undefined || option.long === null) return [];
    const placeholder = /<(.+)>/.exec(option.flags)?.[1];
    const { long, description } = option;
    const own = placeholder === undefined ? undefined : (values[placeholder] ?? []);
    return [{ long, description, values: own }];
  });
  const [argument] = command.registeredArguments;
  return {
    path,
    name: command.name(),
    description: command.description(),
    options,
    values: values[argument?.name() ?? ''] ?? [],
    children: help
      .visibleCommands(command)
      .map((child) => specOf(child, `${path} ${child.name()}`, values)),
  };
}

function withChildren(spec: Spec): readonly Spec[] {
  return [spec, ...spec.children.flatMap(withChildren)];
}

function bashScript(program: Spec): string {
  const all = withChildren(program);
  const paths = all.slice(1).map(({ path }) => `'${path}'`);
  const afterOptions = all.flatMap(({ path, options }) =>
    options.flatMap(({ long, values }) =>
      values === undefined ? [] : [`    '${path} ${long}') ${bashChoice(values)} ;;`],
    ),
  );
  const atCommands = all.map((spec) => {
    const options = spec.options.map(({ long }) => long).join(' ');
    const words = spec.children.map(({ name }) => name);
    const choice = words.length > 0 ? bashChoice(words) : bashChoice(spec.values);
    return `        '${spec.path}') options='${options}'; ${choice} ;;`;
  });
  // `path` and `words` mean something else in zsh, which runs this too.
  return `_wp() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]}
  local at=wp choices='' options='' files='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$at \${COMP_WORDS[i]}" in
      ${paths.join('|')}) at="$at \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$at $previous" in
${afterOptions.join('\n')}
    *)
      case "$at" in
${atCommands.join('\n')}
      esac
      [[ $word == -* || -z $choices$files ]] && choices=$options files='' ;;
  esac
  if [[ -n $files ]]; then
    COMPREPLY=($(compgen -f -- "$word"))
  else
    COMPREPLY=($(compgen -W "$choices" -- "$word"))
  fi
}
complete -F _wp wp
`;
}

function bashChoice(values: readonly string[] | 'file'): string {
  return values === 'file' ? 'files=1' : `choices='${values.join(' ')}'`;
}

function fishScript(program: Spec): string {
  const lines = ['complete -c wp -f'];
  const visit = (spec: Spec, above: readonly string[]) => {
    const at = above.map((name) => `__fish_seen_subcommand_from ${name}`);
    const names = spec.children.map(({ name }) => name);
    const noChild = names.length > 0 ? [`not __fish_seen_subcommand_from ${names.join(' ')}`] : [];
    const line = (conditions: readonly string[], rest: string) => {
      const condition = conditions.length > 0 ? ` -n '${conditions.join('; and ')}'` : '';
      lines.push(`complete -c wp${condition} ${rest}`);
    };
    for (const child of spec.children) {
      line([...at, ...noChild], `-a ${child.name} -d ${quoted(child.description)}`);
    }
    if (spec.children.length === 0) line(at, fishChoice(spec.values));
    for (const { long, description, values } of spec.options) {
      const choice = values === undefined ? '' : ` -r -f ${fishChoice(values)}`;
      const conditions = [...at, ...noChild];
      line(conditions, `-l ${long.slice(2)}${choice} -d ${quoted(description)}`);
    }
    for (const child of spec.children) visit(child, [...above, child.name]);
  };
  visit(program, []);
  return `${lines.join('\n')}\n`;
}

function fishChoice(values: readonly string[] | 'file'): string {
  return values === 'file' ? '-F' : `-a '${values.join(' ')}'`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`\'`)}'`;
}
