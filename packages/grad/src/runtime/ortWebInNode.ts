// This build finds its WebAssembly file on disk; that of browsers fetches it.
export { env, InferenceSession, Tensor } from 'onnxruntime-web';
