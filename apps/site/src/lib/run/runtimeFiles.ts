import mjs from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';

/**
 * Addresses of ONNX Runtime's own files. Known to the page, which tells its workers: imported in both,
 * the 14 MB would be built, and cached, twice.
 */
export const runtimeFiles = { mjs, wasm };
