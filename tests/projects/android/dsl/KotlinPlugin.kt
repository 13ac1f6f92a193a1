// The part of the Kotlin plugin that is the same from 1.8 on.
package org.jetbrains.kotlin.gradle.dsl

import org.gradle.api.provider.Property

public enum class JvmTarget { JVM_1_8, JVM_11, JVM_17, JVM_21 }

public interface KotlinJvmCompilerOptions {
    public val jvmTarget: Property<JvmTarget>
}
