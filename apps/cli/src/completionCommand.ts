import { dataSets } from '@working-papers/data';
import { families, presetNames } from '@working-papers/paper-kit';
import { listPapers } from '@working-papers/papers/catalogue';
import type { Command } from 'commander';
import { backendNames } from './backend.ts';
import { completionScript, shells } from './completionScript.ts';
import { inWords, suggestion } from './nearest.ts';
import type { CommandContext } from './terminal.ts';
import { UsageError } from './usageError.ts';

/**
 * `wp completion`: prints a script for a shell, with the papers that there are now.
 *
 * @throws {UsageError} If the shell is none of those that are known.
 */
export async function completionCommand(
  name: string,
  program: Command,
  { terminal: { stdout }, papers }: CommandContext,
): Promise<void> {
  const shell = shells.find((known) => known === name);
  if (!shell) {
    const hint = suggestion(name, shells, `the shells are ${inWords(shells)}`);
    throw new UsageError(`wp completion: no shell "${name}"; ${hint}`);
  }
  const slugs = (await listPapers(papers)).map(({ paper }) => paper.slug).toSorted();
  stdout.write(
    completionScript(program, shell, {
      paper: slugs,
      family: families,
      set: Object.keys(dataSets),
      shell: shells,
      preset: presetNames,
      backend: backendNames,
      origin: ['npm', 'canonical'],
      folder: 'file',
      store: 'file',
    }),
  );
}
