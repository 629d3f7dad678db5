import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compile } from '../src/index.ts';
import { operations } from '../src/ops/registry.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { prepareCall, trace, type AnyOp } from './walk.ts';

const walked: readonly AnyOp[] = operations;
const backend = await nodeBackend({ threads: 1 });

/** A Python with an onnx package that knows the versions of our files, if there is one. */
function findChecker(): string | null {
  const probe =
    'import onnx; assert onnx.IR_VERSION >= 10 and onnx.defs.onnx_opset_version() >= 21';
  const candidates = ['python3', '/usr/bin/python3', 'python'];
  return candidates.find((python) => spawnSync(python, ['-c', probe]).status === 0) ?? null;
}

const python = findChecker();

// ONNX Runtime has it in the standard's domain; the standard's own comes with opset 23.
const onlyInOrt = 'No Op registered for SimplifiedLayerNormalization';

describe('the file of each operation with its gradient', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grad-'));
    for (const op of walked) {
      const [sample] = op.definition.samples;
      if (sample === undefined) throw new Error(`${op.definition.name} has no sample`);
      const call = prepareCall(op, sample, 'float32');
      const args = [call.inputs, call.dys, call.directions] as const;
      const compiled = compile((...places: typeof args) => trace(call, places, 1), {
        backend,
      });
      const file = join(folder, `${op.definition.name}.onnx`);
      await writeFile(file, compiled.toOnnx(...args));
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('loads in a plain onnxruntime-node in another process', async () => {
    const files = await readdir(folder);
    expect(files.length).toBe(walked.length);
    const script = `
      import { readdirSync } from 'node:fs';
      import ort from 'onnxruntime-node';
      const folder = ${JSON.stringify(folder)};
      const loaded = [];
      for (const file of readdirSync(folder)) {
        const session = await ort.InferenceSession.create(folder + '/' + file);
        if (session.outputNames.length > 0) loaded.push(file);
        await session.release();
      }
      process.stdout.write(JSON.stringify(loaded));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { cwd: import.meta.dirname },
    );
    expect(JSON.parse(stdout)).toEqual(files);
  });

  test.skipIf(python === null)(
    "is well-formed by onnx's own checker (needs python3 with onnx 1.16 or later)",
    async () => {
      const script = `
import glob, json, onnx, sys
problems = {}
for path in glob.glob(sys.argv[1] + "/*.onnx"):
    try:
        onnx.checker.check_model(path, full_check=True)
    except Exception as error:
        if sys.argv[2] not in str(error):
            problems[path.split("/")[-1]] = str(error)
print(json.dumps(problems))`;
      const { stdout } = await promisify(execFile)(python ?? '', ['-c', script, folder, onlyInOrt]);
      expect(JSON.parse(stdout)).toEqual({});
    },
  );
});
