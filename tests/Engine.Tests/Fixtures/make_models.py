#!/usr/bin/python3
"""Writes the tiny networks of the pipeline's tests: the interfaces of Stable Diffusion's exports around known formulas.

Needs python3-onnx. Run it in its own folder; the files that it writes are kept in the repository.

  text     last_hidden_state[i, k] = sin(0.1 (k + 1) id[i]), 8 columns
  unet     out = 0.5 sample + 0.25 timestep / 1000 + mean(encoder_hidden_states)
  decoder  picture = the first three of four channels, each pixel doubled in both directions
  encoder  the other way round: means of 2x2 pixels, and a fourth channel of zeros

Two of them add a zero: unet-hungry needs more memory than there is for more than two rows, unet-four fails for more than four.

Layouts with more inputs add to the unet's answer:

  text-pooling  hidden_states.k = sin(0.1 (c + 1) id[i]) + k for k = 0, 1, 2, and text_embeds, its mean over the tokens for k = 2
  unet-sized    + 0.1 mean(text_embeds) + 0.001 mean(time_ids)
  transformer   + 0.1 mean(pooled_projections)
  unet-scaled   + 0.1 timestep_cond[0]
"""
import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper as h
from onnx import numpy_helper as n

FLOAT = {T.FLOAT: np.float32, T.FLOAT16: np.float16}


def constant(name, value, dtype):
    return n.from_array(np.asarray(value, dtype), name)


def save(name, nodes, inputs, outputs, constants):
    graph = h.make_graph(nodes, name, inputs, outputs, constants)
    model = h.make_model(graph, opset_imports=[h.make_opsetid('', 13)], producer_name='ranking')
    model.ir_version = 7
    onnx.checker.check_model(model)
    onnx.save(model, name + '.onnx')


def value(name, kind, shape):
    return h.make_tensor_value_info(name, kind, shape)


def text(name, ids, kind):
    save(name, [
        h.make_node('Cast', ['input_ids'], ['numbers'], to=T.FLOAT),
        h.make_node('Unsqueeze', ['numbers', 'last'], ['columns']),
        h.make_node('Mul', ['columns', 'frequencies'], ['angles']),
        h.make_node('Sin', ['angles'], ['sines']),
        h.make_node('Cast', ['sines'], ['last_hidden_state'], to=kind),
        h.make_node('ReduceMean', ['last_hidden_state'], ['pooler_output'], axes=[1], keepdims=0),
    ], [value('input_ids', ids, ['batch', 77])],
        [value('last_hidden_state', kind, ['batch', 77, 8]), value('pooler_output', kind, ['batch', 8])],
        [constant('last', [2], np.int64), constant('frequencies', 0.1 * np.arange(1, 9), np.float32)])


def unet(name, kind, time, time_shape):
    save(name, [
        h.make_node('Cast', ['timestep'], ['time'], to=kind),
        h.make_node('Reshape', ['time', 'column'], ['time_column']),
        h.make_node('Mul', ['time_column', 'speed'], ['by_time']),
        h.make_node('ReduceMean', ['encoder_hidden_states'], ['mean'], axes=[1, 2]),
        h.make_node('Reshape', ['mean', 'column'], ['by_text']),
        h.make_node('Cast', ['half'], ['weight'], to=kind),
        h.make_node('Mul', ['sample', 'weight'], ['by_sample']),
        h.make_node('Add', ['by_sample', 'by_time'], ['sum']),
        h.make_node('Add', ['sum', 'by_text'], ['out_sample']),
    ], [value('sample', kind, ['batch', 4, 8, 8]), value('timestep', time, time_shape),
        value('encoder_hidden_states', kind, ['batch', 77, 8])],
        [value('out_sample', kind, ['batch', 4, 8, 8])],
        [constant('column', [-1, 1, 1, 1], np.int64), constant('speed', 0.25 / 1000, FLOAT[kind]),
         constant('half', 0.5, np.float16)])


def pooling(name, columns):
    frequencies = 0.1 * np.arange(1, columns + 1)
    nodes = [
        h.make_node('Cast', ['input_ids'], ['numbers'], to=T.FLOAT),
        h.make_node('Unsqueeze', ['numbers', 'last'], ['columns']),
        h.make_node('Mul', ['columns', 'frequencies'], ['angles']),
        h.make_node('Sin', ['angles'], ['hidden_states.0']),
        h.make_node('Add', ['hidden_states.0', 'one'], ['hidden_states.1']),
        h.make_node('Add', ['hidden_states.1', 'one'], ['hidden_states.2']),
        h.make_node('Identity', ['hidden_states.2'], ['last_hidden_state']),
        h.make_node('ReduceMean', ['last_hidden_state'], ['text_embeds'], axes=[1], keepdims=0),
    ]
    rows = ['batch', 77, columns]
    outputs = [value('text_embeds', T.FLOAT, ['batch', columns]), value('last_hidden_state', T.FLOAT, rows)]
    outputs += [value('hidden_states.%d' % k, T.FLOAT, rows) for k in range(3)]
    save(name, nodes, [value('input_ids', T.INT64, ['batch', 77])], outputs,
         [constant('last', [2], np.int64), constant('frequencies', frequencies, np.float32), constant('one', 1, np.float32)])


def conditioned(name, sample, time_shape, text_shape, more):
    """A unet with more inputs: each is (name, columns, weight of its mean; only its first column where columns < 0)."""
    nodes = [
        h.make_node('Cast', ['timestep'], ['time'], to=T.FLOAT),
        h.make_node('Reshape', ['time', 'column'], ['time_column']),
        h.make_node('Mul', ['time_column', 'speed'], ['by_time']),
        h.make_node('ReduceMean', ['encoder_hidden_states'], ['mean'], axes=[1, 2]),
        h.make_node('Reshape', ['mean', 'column'], ['by_text']),
        h.make_node('Mul', [sample, 'half'], ['by_sample']),
        h.make_node('Add', ['by_sample', 'by_time'], ['sum']),
    ]
    constants = [constant('column', [-1, 1, 1, 1], np.int64), constant('speed', 0.25 / 1000, np.float32), constant('half', 0.5, np.float32)]
    inputs = [value(sample, T.FLOAT, ['batch', 4, 8, 8]), value('timestep', T.FLOAT, time_shape), value('encoder_hidden_states', T.FLOAT, text_shape)]
    last = 'sum'
    for extra, columns, weight in more:
        inputs.append(value(extra, T.FLOAT, ['batch', abs(columns)]))
        constants.append(constant(extra + '_weight', weight, np.float32))
        if columns < 0:
            constants.append(constant(extra + '_first', [0], np.int64))
            nodes.append(h.make_node('Gather', [extra, extra + '_first'], [extra + '_mean'], axis=1))
        else:
            nodes.append(h.make_node('ReduceMean', [extra], [extra + '_mean'], axes=[1]))
        nodes += [
            h.make_node('Reshape', [extra + '_mean', 'column'], [extra + '_column']),
            h.make_node('Mul', [extra + '_column', extra + '_weight'], [extra + '_part']),
            h.make_node('Add', [last, extra + '_part'], [extra + '_sum']),
        ]
        last = extra + '_sum'
    nodes.append(h.make_node('Add', [last, 'by_text'], ['out_sample']))
    save(name, nodes, inputs, [value('out_sample', T.FLOAT, ['batch', 4, 8, 8])], constants)


def external(name, source):
    """The same network with its floats in a second file, which must be called model.onnx_data; shapes stay inside."""
    model = onnx.load(source + '.onnx')
    data = b''
    for kept in model.graph.initializer:
        if kept.data_type == T.FLOAT:
            raw = n.to_array(kept).tobytes()
            kept.raw_data = raw
            onnx.external_data_helper.set_external_data(kept, 'model.onnx_data', offset=len(data), length=len(raw))
            kept.ClearField('raw_data')
            kept.ClearField('float_data')
            data += raw
    with open(name + '.onnx', 'wb') as f:
        f.write(model.SerializeToString())
    with open(name + '.onnx_data', 'wb') as f:
        f.write(data)


def limited(name, source, nodes, constants):
    """The same network with a zero added that cannot be had for many rows; nodes make `nothing` out of `rows`."""
    model = onnx.load(source + '.onnx')
    *before, last = model.graph.node
    nodes = [h.make_node('Shape', ['sample'], ['shape']), h.make_node('Slice', ['shape', 'first', 'second'], ['rows']), *nodes,
             h.make_node('Add', ['by_text', 'nothing'], ['by_text_and_nothing'])]
    last.input[1] = 'by_text_and_nothing'
    constants = [constant('first', [0], np.int64), constant('second', [1], np.int64), *constants]
    save(name, [*before, *nodes, last], model.graph.input, model.graph.output, [*model.graph.initializer, *constants])


def decoder(name, kind):
    save(name, [
        h.make_node('Slice', ['latent_sample', 'from', 'to', 'channels'], ['three']),
        h.make_node('Resize', ['three', '', 'scales'], ['sample'], mode='nearest', nearest_mode='floor',
                    coordinate_transformation_mode='asymmetric'),
    ], [value('latent_sample', kind, ['batch', 4, 8, 8])], [value('sample', kind, ['batch', 3, 16, 16])],
        [constant('from', [0], np.int64), constant('to', [3], np.int64), constant('channels', [1], np.int64),
         constant('scales', [1, 1, 2, 2], np.float32)])


def encoder(name):
    save(name, [
        h.make_node('AveragePool', ['sample'], ['three'], kernel_shape=[2, 2], strides=[2, 2]),
        h.make_node('Pad', ['three', 'channel'], ['latent_sample']),
    ], [value('sample', T.FLOAT, ['batch', 3, 16, 16])], [value('latent_sample', T.FLOAT, ['batch', 4, 8, 8])],
        [constant('channel', [0, 0, 0, 0, 0, 1, 0, 0], np.int64)])


def classifier(name, shape, middle):
    """Two classes by the mean of all numbers: logits -20 and 20 times its distance from a middle."""
    save(name, [
        h.make_node('ReduceMean', ['pixel_values'], ['mean'], axes=[1, 2, 3], keepdims=0),
        h.make_node('Unsqueeze', ['mean', 'last'], ['column']),
        h.make_node('Sub', ['column', 'middle'], ['distance']),
        h.make_node('Mul', ['distance', 'slopes'], ['logits']),
    ], [value('pixel_values', T.FLOAT, ['batch', *shape])], [value('logits', T.FLOAT, ['batch', 2])],
        [constant('last', [1], np.int64), constant('slopes', [[-20, 20]], np.float32),
         constant('middle', middle, np.float32)])


text('text-int32', T.INT32, T.FLOAT)
text('text-int64', T.INT64, T.FLOAT)
text('text-int64-half', T.INT64, T.FLOAT16)
unet('unet-int64-one', T.FLOAT, T.INT64, [1])
unet('unet-int64-scalar', T.FLOAT, T.INT64, [])
unet('unet-float-steps', T.FLOAT, T.FLOAT, ['steps'])
unet('unet-float-batch', T.FLOAT, T.FLOAT, ['batch'])
unet('unet-half', T.FLOAT16, T.FLOAT16, [1])
decoder('decoder', T.FLOAT)
decoder('decoder-half', T.FLOAT16)
encoder('encoder')
pooling('text-pooling-8', 8)
pooling('text-pooling-6', 6)
conditioned('unet-sized', 'sample', [], ['batch', 77, 14], [('text_embeds', 6, 0.1), ('time_ids', 6, 0.001)])
conditioned('transformer', 'hidden_states', ['batch'], ['batch', 'tokens', 16], [('pooled_projections', 14, 0.1)])
conditioned('unet-scaled', 'sample', ['batch'], ['batch', 77, 8], [('timestep_cond', -8, 0.1)])
external('unet-external', 'unet-int64-one')
classifier('classifier-latent', [4, 8, 8], -1.25)
classifier('classifier-picture', [3, 8, 8], -0.44)
limited('unet-hungry', 'unet-int64-one', [
    h.make_node('Sub', ['rows', 'two'], ['more']),
    h.make_node('Max', ['more', 'zero'], ['some']),
    h.make_node('Mul', ['some', 'many'], ['length']),
    h.make_node('ConstantOfShape', ['length'], ['zeros']),
    h.make_node('ReduceSum', ['zeros'], ['nothing'], keepdims=0),
], [constant('two', [2], np.int64), constant('zero', [0], np.int64), constant('many', [1 << 46], np.int64)])
limited('unet-four', 'unet-int64-one', [
    h.make_node('Gather', ['zeros', 'rows'], ['nothing']),
], [constant('zeros', np.zeros(5), np.float32)])
