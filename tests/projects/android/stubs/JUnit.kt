@file:Suppress("UNUSED_PARAMETER", "unused")

package org.junit

public annotation class Test

public object Assert {
    @JvmStatic
    public fun assertEquals(
        expected: Any?,
        actual: Any?,
    ) {}
}
