// The build without WebGPU and WebGL: a third of the size.
export { env, InferenceSession, Tensor } from 'onnxruntime-web/wasm';
