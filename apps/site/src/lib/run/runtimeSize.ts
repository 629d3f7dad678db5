/** Bytes that a browser fetches of ONNX Runtime, compressed. A test compares them with the built files. */
export const runtimeBytes = 2.8e6;
