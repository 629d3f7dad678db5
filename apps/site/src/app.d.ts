import type { Site } from './lib/server/site.ts';

declare global {
  /** Kept across reloads of the server's modules in development: the data folder opens once. */
  var openedSite: Promise<Site> | undefined;

  namespace App {
    interface Error {
      readonly message: string;
      /** What a visitor can do instead. */
      readonly links?: readonly { readonly href: string; readonly text: string }[];
    }
    interface Locals {
      readonly site: Site;
    }
  }
}
