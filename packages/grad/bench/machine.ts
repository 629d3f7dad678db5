import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';

/** The machine in words: processor, cores at hand, memory, system, Node. */
export function describeMachine(): string {
  const cores = cpus();
  const [first] = cores;
  const gib = Math.round(totalmem() / 2 ** 30);
  const model = first?.model.trim() ?? 'unknown processor';
  return `${model}, ${cores.length} cores, ${gib} GiB, ${type()} ${release()}, Node ${process.versions.node}`;
}

/** The commit that is measured, with a mark if files differ from it. */
export function describeCommit(): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { encoding: 'utf8' }).trim();
  try {
    const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
    return `${git('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`;
  } catch {
    return 'unknown commit';
  }
}
