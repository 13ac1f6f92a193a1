@file:Suppress("UNUSED_PARAMETER", "unused")

package android.util

public object Log {
    @JvmStatic
    public fun i(
        tag: String,
        message: String,
    ): Int = 0

    @JvmStatic
    public fun w(
        tag: String,
        message: String,
    ): Int = 0
}
