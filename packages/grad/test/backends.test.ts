import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { InferenceSession as NativeSession } from 'onnxruntime-node';
import { InferenceSession as WasmSession } from '#onnxruntime-web';
import { compile } from '../src/index.ts';
import { nodeBackend, type Provider } from '../src/runtime/node.ts';
import { webBackend, webgpuBackend } from '../src/runtime/web.ts';
import { tensor, type Tensor } from '../src/tensor.ts';

const double = (x: Tensor) => x.mul(2);

describe('session options are those that were measured to be best', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('on node', async () => {
    const create = vi.spyOn(NativeSession, 'create');
    await compile(double, { backend: await nodeBackend({ threads: 2 }) })(tensor([1]));
    expect(create.mock.lastCall?.at(1)).toEqual({
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'basic',
      intraOpNumThreads: 2,
      executionMode: 'sequential',
      enableCpuMemArena: true,
      enableMemPattern: false,
      logSeverityLevel: 3,
      extra: { session: { intra_op: { allow_spinning: '0' } } },
    });
    const backend = await nodeBackend({ threads: 2 });
    await compile(double, { backend, optimization: 'all' })(tensor([1]));
    expect(create.mock.lastCall?.at(1)).toMatchObject({
      graphOptimizationLevel: 'all',
      extra: { session: { intra_op: { allow_spinning: '1' } } },
    });
  });

  test('on wasm, which writes into what it is given and so gets its own each time', async () => {
    const create = vi.spyOn(WasmSession, 'create');
    const backend = await webBackend({ threads: 2 });
    for (const values of [[1], [1, 2]]) await compile(double, { backend })(tensor(values));
    const [first, second] = create.mock.calls.map((call) => call.at(1));
    expect(first).toMatchObject({
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'basic',
      enableMemPattern: false,
    });
    expect(first).not.toBe(second);
  });

  test.each(['disabled', 'all'] as const)('but for the level %s, if asked for', async (level) => {
    const create = vi.spyOn(NativeSession, 'create');
    const backend = await nodeBackend({ threads: 1 });
    await compile(double, { backend, optimization: level })(tensor([1]));
    expect(create.mock.lastCall?.at(1)).toMatchObject({ graphOptimizationLevel: level });
  });
});

describe('a provider', () => {
  test('that this onnxruntime-node does not have is refused', async () => {
    const provider: Provider = process.platform === 'win32' ? 'coreml' : 'dml';
    await expect(nodeBackend({ provider })).rejects.toThrow(
      `nodeBackend: this onnxruntime-node has no provider ${provider}; it has cpu`,
    );
  });

  test.skipIf(process.platform !== 'linux' || process.arch !== 'x64')(
    'either starts or is refused in a line that names it (needs the binary for linux x64)',
    async () => {
      const started = await nodeBackend({ provider: 'cuda' }).catch(String);
      if (typeof started === 'string') {
        expect(started).toMatch(
          /^RuntimeUnavailableError: nodeBackend: the provider cuda does not start on this machine: .+$/,
        );
      } else {
        expect(started.name).toBe('node-cuda');
      }
    },
  );
});

describe('webgpuBackend', () => {
  test('is refused where there is no WebGPU', async () => {
    await expect(webgpuBackend()).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RuntimeUnavailableError: webgpuBackend: there is no WebGPU here; it needs a browser that has it, and a secure page; use webBackend]`,
    );
  });
});

describe('defaultBackend', () => {
  /** Runs a script in a Node of its own, with TypeScript and our sources. */
  async function inOwnProcess(script: string): Promise<unknown> {
    const flags = ['--import', 'tsx', '--conditions=source', '--input-type=module', '--eval'];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, script], {
      cwd: import.meta.dirname,
    });
    return JSON.parse(stdout);
  }

  const script = (before: string) => `
    ${before}
    const { compile, tensor } = await import('@working-papers/grad');
    const { defaultBackend } = await import('@working-papers/grad/node');
    const notices = [];
    const backend = await defaultBackend({ threads: 1, onNotice: (text) => notices.push(text) });
    const double = compile((x) => x.mul(2), { backend });
    const data = Array.from(await (await double(tensor([3]))).data());
    process.stdout.write(JSON.stringify({ name: backend.name, notices, data }));`;

  test('is the native one, without a word', async () => {
    expect(await inOwnProcess(script(''))).toEqual({ name: 'node-cpu', notices: [], data: [6] });
  });

  test('is wasm where no native binary exists, and says so', async () => {
    const elsewhere = "Object.defineProperty(process, 'arch', { value: 'riscv64' });";
    expect(await inOwnProcess(script(elsewhere))).toEqual({
      name: 'web-wasm',
      data: [6],
      notices: [
        expect.stringMatching(
          /^running on web-wasm, several times slower than native: nodeBackend: onnxruntime-node cannot be loaded on \w+ riscv64: .*; use the wasm backend$/,
        ),
      ],
    });
  });
});
