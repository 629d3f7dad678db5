/** The one page with script: it runs the experiment. */
export const csr = true;
