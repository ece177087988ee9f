#!/usr/bin/python3
"""Writes the tiny networks of the pipeline's tests: the interfaces of Stable Diffusion's exports around known formulas.

Needs python3-onnx. Run it in its own folder; the files that it writes are kept in the repository.

  text     last_hidden_state[i, k] = sin(0.1 (k + 1) id[i]), 8 columns
  unet     out = 0.5 sample + 0.25 timestep / 1000 + mean(encoder_hidden_states)
  decoder  picture = the first three of four channels, each pixel doubled in both directions
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


def decoder(name, kind):
    save(name, [
        h.make_node('Slice', ['latent_sample', 'from', 'to', 'channels'], ['three']),
        h.make_node('Resize', ['three', '', 'scales'], ['sample'], mode='nearest', nearest_mode='floor',
                    coordinate_transformation_mode='asymmetric'),
    ], [value('latent_sample', kind, ['batch', 4, 8, 8])], [value('sample', kind, ['batch', 3, 16, 16])],
        [constant('from', [0], np.int64), constant('to', [3], np.int64), constant('channels', [1], np.int64),
         constant('scales', [1, 1, 2, 2], np.float32)])


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
