package org.jetbrains.kotlin.gradle.tasks

import org.gradle.api.Task
import org.jetbrains.kotlin.gradle.dsl.KotlinJvmCompilerOptions

public interface KotlinCompile : Task {
    public val compilerOptions: KotlinJvmCompilerOptions
}
