import type { Backend, DeviceArray, RuntimeTensor, Session } from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';

/** How much of the device is in use, and how often it was read. */
export interface DeviceUse {
  live: number;
  reads: number;
}

/**
 * The native kernels, with results that stay on a device as those of WebGPU do: each must be read to be
 * known and freed to be gone, and using one that was freed is an error.
 */
export async function deviceBackend(use: DeviceUse): Promise<Backend> {
  const host = await nodeBackend({ threads: 1 });
  const name = 'test-webgpu';
  const contents = new Map<DeviceArray, RuntimeTensor>();
  const contentOf = (device: DeviceArray): RuntimeTensor => {
    const content = contents.get(device);
    if (content === undefined) throw new Error('memory of the device is used after it was freed');
    return content;
  };
  const hold = (content: RuntimeTensor): DeviceArray => {
    const device: DeviceArray = {
      backend: name,
      read: () => {
        use.reads += 1;
        return Promise.resolve(contentOf(device).data);
      },
      dispose: () => {
        if (contents.delete(device)) use.live -= 1;
      },
    };
    use.live += 1;
    contents.set(device, content);
    return device;
  };
  const fromDevice = (inputs: Parameters<Session['run']>[0]) =>
    Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [
        key,
        'device' in value ? contentOf(value.device) : value,
      ]),
    );
  return {
    ...host,
    name,
    createSession: async (model, options) => {
      const session = await host.createSession(model, options);
      return {
        ...session,
        run: (inputs) => session.run(fromDevice(inputs)),
        runOnDevice: async (inputs) => {
          const outputs = Object.entries(await session.run(fromDevice(inputs)));
          return Object.fromEntries(
            outputs.map(([key, { dtype, shape, data }]) => [
              key,
              { dtype, shape, device: hold({ dtype, shape, data }) },
            ]),
          );
        },
      };
    },
  };
}
