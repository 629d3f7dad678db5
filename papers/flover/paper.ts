import { definePaper } from '@working-papers/paper-kit';

export const paper = definePaper({
  slug: 'flover',
  title:
    'Flover: A Temporal Fusion Framework for Efficient Autoregressive Model Parallel Inference',
  authors: [
    'Jinghan Yao',
    'Nawras Alnaasan',
    'Tian Chen',
    'Aamir Shafi',
    'Hari Subramoni',
    'Dhabaleswar K. (DK) Panda',
  ],
  arxivId: '2305.13484',
  published: '2023-05-22',
  organizations: ['The Ohio State University'],
  venue: 'HiPC 2023',
  family: 'acceleration',
  tags: [
    'continuous batching',
    'model serving',
    'key-value caching',
    'inference speed',
    'language models',
  ],
  links: { code: 'https://github.com/YJHMITWEB/Flover' },
  summary: [
    'A language model answers token by token, and each step spends most of its time reading weights from memory, so several requests could share a pass almost for free. Yet requests arrive at random and ask for different lengths: batches make the early ones wait, and separate copies of the model compete for bandwidth.',
    'Flover separates the processing of prompts from generation and keeps a single stream of generation that never ends. In each iteration newly prepared requests enter and completed ones drop out, wherever the others stand in their answers, a scheme now known as continuous batching. For one batched kernel to cover just the active requests, a reordering step moves as few of them as possible until they lie side by side in memory, and frees the rest. With 32 requests the paper reports speed-ups from 10.9 (GPT-J 6B) to 16.7 (Llama 65B) over FasterTransformer, a baseline that predates continuous batching.',
    'On an ordinary computer one can replay the same random arrivals under sequential, static, dynamic and fused scheduling, with small image and text models, and count time, waiting and wasted work.',
  ].join('\n\n'),
  claims: {
    c1: {
      statement: 'Flover finishes a burst of requests faster than FasterTransformer.',
      figure:
        '10.9× (GPT-J 6B), 11.7× (Llama 13B), 13.4× (33B), 16.7× (65B) at 32 requests; 1.0, 1.8, 2.4, 3.5, 5.9 at 1, 2, 4, 8, 16 (GPT-J)',
      setting: 'total time of n requests, 512 tokens, short interval',
    },
    c2: {
      statement: 'Under Poisson arrivals the gain follows the overlap of requests.',
      figure:
        'mean interval 20 ms 11.2× (overlap 91%), 100 ms 10.2×, 500 ms 6.5×, 1 s 4.2×, 2 s 2.1×, 5 s 1.1× (overlap 4.8%)',
      setting: '32 requests, one request alone 5.8 s',
    },
    c3: {
      statement: 'Reordering the buffers pays when lengths are random.',
      figure:
        '1.15× to 1.23× over no reordering (13B: 24.8 → 21.5 s at 512, 54.6 → 44.3 s at 2048)',
      setting: '32 requests',
    },
    c4: {
      statement: 'A request takes hardly longer than it would alone.',
      figure: 'mean 1.03–1.05× (13B 1.05×, 65B 1.13×) of running alone',
      setting: '32 requests',
    },
    c5: {
      statement: 'Throughput keeps growing with load where that of FasterTransformer drops.',
      figure: 'about 770 vs 70 tokens/s at 32 requests (read from the figure)',
      setting: 'GPT-J',
    },
    c6: {
      statement: 'It works with tensor parallelism.',
      figure: 'up to 4 GPUs',
      setting: 'not stated',
    },
    c7: {
      statement: 'It keeps pace with in-flight batching in TensorRT-LLM.',
      figure: 'bars within about 5%, one case 1.4× faster',
      setting: 'figure in the README, 32 requests',
    },
  },
});
