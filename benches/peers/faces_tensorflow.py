"""The images of the table as TensorFlow reads them: decoded and scaled beside the network.

Its decoder's default is the fast inverse DCT, a level off in most pixels; the features differ by that and no more.
"""
import tensorflow as tf
from faces import SIDE

BATCH = 32


def set_threads(threads):
    tf.config.threading.set_intra_op_parallelism_threads(threads)


def pixels(file):
    """float32 `[224, 224, 3]`, as EfficientNet-Lite0 expects it."""
    image = tf.io.decode_jpeg(tf.io.read_file(file), channels=3)
    return (tf.image.resize(image, (SIDE, SIDE)) - 127.0) / 128.0


def dataset(files, labels=None):
    """Batches of images, with their labels if there are any."""
    files = tf.data.Dataset.from_tensor_slices([str(file) for file in files])
    images = files.map(pixels, num_parallel_calls=tf.data.AUTOTUNE)
    if labels is not None:
        images = tf.data.Dataset.zip((images, tf.data.Dataset.from_tensor_slices(labels)))
    return images.batch(BATCH).prefetch(tf.data.AUTOTUNE)
