"""Sessions of ONNX Runtime on a model that is cut where its features are."""
import tomllib

import onnx
import onnxruntime
from onnx import TensorProto, helper


def read_spec(path):
    with open(path, "rb") as file:
        return tomllib.load(file)


def taps(spec):
    return [tap["tensor"] for tap in spec["taps"]]


def open_session(model_path, outputs, threads):
    """Ends at `outputs`, or where the model does if there are none; `threads` threads run a call."""
    model = onnx.load(model_path)
    if outputs:
        del model.graph.output[:]
        model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
