import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Backend } from '@working-papers/grad';
import type { Provenance } from './result.ts';

/** A commit, and whether what can change a number differed from it. */
export type SourceState = Pick<Provenance, 'commit' | 'isDirty'>;

/** What the caller knows of a run that this module cannot find out. */
export interface RunFacts {
  /** Root of the repository whose code ran. */
  readonly root: string;
  /** Its state when the code was loaded; by the end of a run somebody may have changed a file. */
  readonly source: SourceState;
  /** The command that makes the result again. */
  readonly command: string;
  readonly backend: Pick<Backend, 'name' | 'threads' | 'version'>;
  readonly startedAt: Date;
  readonly wallSeconds: number;
}

/**
 * What changes no number: a tree with changes only here counts as clean, so that recording one
 * result does not make the next one dirty.
 */
const irrelevant = [
  ':(exclude,glob)papers/*/results/**',
  ':(exclude,glob)**/*.md',
  ':(exclude,glob)**/test/**',
  ':(exclude)apps/site',
];

/** Collects where a result comes from. */
export async function collectProvenance(facts: RunFacts): Promise<Provenance> {
  const { source, command, backend, startedAt, wallSeconds } = facts;
  return {
    ...source,
    command,
    versions: {
      node: process.versions.node,
      onnxruntime: backend.version,
      ...(await packageVersions(facts.root)),
    },
    backend: backend.name,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    threads: backend.threads,
    wallSeconds: Math.round(wallSeconds * 10) / 10,
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    startedAt: startedAt.toISOString(),
  };
}

/**
 * Asks git for the state of a tree. Outside a repository the commit is `unknown` and the tree counts
 * as dirty, because nobody can say what ran.
 */
export async function sourceState(root: string): Promise<SourceState> {
  try {
    const commit = await git(root, ['rev-parse', 'HEAD']);
    const changes = await git(root, ['status', '--porcelain', '--', '.', ...irrelevant]);
    return { commit, isDirty: changes !== '' };
  } catch {
    return { commit: 'unknown', isDirty: true };
  }
}

async function git(root: string, parameters: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['-C', root, ...parameters]);
  return stdout.trim();
}

async function packageVersions(root: string): Promise<Record<string, string>> {
  const folders = await readdir(join(root, 'packages')).catch(() => []);
  const files = [...folders.map((folder) => join('packages', folder)), 'papers'];
  const versions = await Promise.all(
    files.map(async (folder) => {
      const text = await readFile(join(root, folder, 'package.json'), 'utf8').catch(() => '{}');
      const manifest: unknown = JSON.parse(text);
      return nameAndVersion(manifest);
    }),
  );
  return Object.fromEntries(versions.filter((entry) => entry !== undefined));
}

function nameAndVersion(manifest: unknown): [string, string] | undefined {
  if (typeof manifest !== 'object' || manifest === null) return undefined;
  if (!('name' in manifest) || !('version' in manifest)) return undefined;
  return [String(manifest.name), String(manifest.version)];
}
