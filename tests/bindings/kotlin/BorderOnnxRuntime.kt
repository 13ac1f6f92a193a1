// What only ONNX Runtime carries: booleans, single values of each kind, texts.
package caller

import sideload.models.Awkward
import sideload.models.Newer
import sideload.models.Numbers
import sideload.models.Texts
import java.io.File

internal fun alone(
    folder: File,
    models: File,
) {
    awkward(File(models, "awkward.onnx"))
    Numbers.open(File(folder, "numbers.onnx")).use { numbers ->
        val same = numbers.predict(true, 0x3c00, 1.5f, 0.1, -3, 1L shl 40, -1)
        val first = listOf(same.sameFlag, same.sameHalf, same.sameRatio, same.sameExact, same.sameTiny)
        println("single values: $first ${same.sameCount} ${same.sameByte}")
        numbers.buffers().use { buffers ->
            buffers.flag.put(0, 1)
            buffers.exact.put(0, 0.2)
            buffers.run()
            println("in buffers: ${buffers.sameFlag.get(0)} ${buffers.sameExact.get(0)}")
        }
    }
    Texts.open(File(folder, "texts.onnx")).use { texts ->
        val answer = texts.predict(arrayOf("yes", "gr\u00f6\u00dfe \ud83d\udc08", "", "no"), "!")
        println("texts: ${answer.joined.toList()} ${answer.joinedShape.toList()} ${answer.known.toList()}")
        attempt("too many texts") { texts.predict(arrayOf("a", "b", "c"), "") }
    }
    attempt("too old") { Newer.open(File(models, "digits.onnx")).close() }
}

private fun awkward(file: File) {
    Awkward.open(file).use { awkward ->
        val answer =
            awkward.predict(
                bool = booleanArrayOf(true, false),
                float16 = shortArrayOf(0x3c00, 0x4000),
                float32 = floatArrayOf(1f, 2f),
                float64 = doubleArrayOf(1.0, 2.0),
                int8 = byteArrayOf(1, -2),
                int16 = shortArrayOf(300, -2),
                int32 = intArrayOf(1, -2),
                int64 = longArrayOf(1, -2),
                uint8 = byteArrayOf(1, 127),
                valueClass = 4f,
            )
        println("not: ${answer.twiceBool.toList()} ${answer.twiceBoolShape.toList()}")
        println("twice: ${answer.twiceFloat16.toList()} ${answer.twiceInt16.toList()} ${answer.twiceUint8.toList()} ${answer.twiceClass}")
    }
}
