// Calls the suspending functions as an app with coroutines would; the same source for every runtime.
package caller

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.runBlocking
import sideload.models.Digits
import sideload.models.Large
import sideload.models.ModelDownload
import sideload.models.downloadSuspending
import sideload.models.openSuspending
import sideload.models.predictSuspending
import sideload.models.runSuspending
import java.io.File

private suspend fun called(model: File) {
    val image = FloatArray(64) { it.toFloat() }
    Digits.openSuspending(model, threads = 1).use { digits ->
        val one = digits.predictSuspending(image)
        val many = coroutineScope { List(50) { async { digits.predictSuspending(image, batch = 1) } }.awaitAll() }
        println("from many coroutines: ${many.count { it.logits.contentEquals(one.logits) }}")
        digits.buffers(1).use { buffers ->
            buffers.image.put(image).rewind()
            buffers.runSuspending()
            println("fast form: ${buffers.logits.get(9) == one.logits[9]}")
        }
    }
}

private suspend fun fetched(
    folder: File,
    address: String,
) {
    try {
        coroutineScope {
            val stopping =
                ModelDownload(address, progress = { _, bytes, of -> if (bytes * 2 > of) cancel("that is enough") })
            Large.downloadSuspending(stopping, folder)
        }
    } catch (error: CancellationException) {
        println("cancelled: ${error.message}")
    }
    println("kept: ${folder.listFiles().orEmpty().map { it.length() in 150_000 until 300_000 }}")
    println("then: ${Large.downloadSuspending(ModelDownload(address), folder).length()}")
}

public fun main(arguments: Array<String>) {
    runBlocking {
        called(File(arguments[0]))
        fetched(File(arguments[1]), arguments[2])
    }
}
