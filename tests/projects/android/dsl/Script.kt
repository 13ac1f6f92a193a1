// What a script is in Gradle's Kotlin: the body of a class that knows these names. Which class
// it is depends on the plugins that the script applies.
package org.gradle.kotlin.dsl

import com.android.build.api.dsl.ApplicationExtension
import com.android.build.api.dsl.AssetPackExtension
import com.android.build.api.dsl.LibraryExtension
import com.android.build.api.dsl.Marker
import org.gradle.api.Project
import org.gradle.api.Task
import org.gradle.api.initialization.resolve.RepositoriesMode
import org.gradle.api.provider.Property
import org.gradle.api.provider.Provider
import java.io.File

public open class PluginDependency : Provider<PluginDependency>

public open class LibraryDependency : Provider<LibraryDependency>

public interface PluginDependencySpec {
    public infix fun version(version: String): PluginDependencySpec

    public infix fun apply(apply: Boolean): PluginDependencySpec
}

@Marker
public interface PluginDependenciesSpec {
    public fun id(id: String): PluginDependencySpec

    public fun alias(notation: Provider<PluginDependency>): PluginDependencySpec
}

@Marker
public interface RepositoryHandler {
    public fun google()

    public fun mavenCentral()

    public fun gradlePluginPortal()
}

@Marker
public interface PluginManagementSpec {
    public fun repositories(action: RepositoryHandler.() -> Unit)
}

@Marker
public interface DependencyResolutionManagement {
    public val repositoriesMode: Property<RepositoriesMode>

    public fun repositories(action: RepositoryHandler.() -> Unit)
}

public interface ProjectDescriptor {
    public var name: String
    public var projectDir: File
}

@Marker
public interface DependencyHandlerScope {
    public fun project(path: String): Project

    public operator fun String.invoke(dependencyNotation: Any): Any?
}

// An accessor of each configuration that a plugin makes.
@Marker
public interface AndroidDependencies : DependencyHandlerScope {
    public fun implementation(dependencyNotation: Any): Any?

    public fun compileOnly(dependencyNotation: Any): Any?

    public fun androidTestImplementation(dependencyNotation: Any): Any?
}

public interface TaskCollection<T : Task> {
    public fun configureEach(action: T.() -> Unit)
}

public interface TaskContainer {
    public fun <T : Task> withType(type: Class<T>): TaskCollection<T>
}

public inline fun <reified T : Task> TaskContainer.withType(): TaskCollection<T> = withType(T::class.java)

public abstract class SettingsScript {
    public abstract val rootProject: ProjectDescriptor

    public abstract fun pluginManagement(action: PluginManagementSpec.() -> Unit)

    public abstract fun dependencyResolutionManagement(action: DependencyResolutionManagement.() -> Unit)

    public abstract fun include(vararg projectPaths: String)

    public abstract fun project(path: String): ProjectDescriptor

    public abstract fun file(path: Any): File
}

@Marker
public interface ScriptDependencies {
    public fun classpath(dependencyNotation: Any): Any?
}

@Marker
public interface ScriptHandlerScope {
    public fun repositories(action: RepositoryHandler.() -> Unit)

    public fun dependencies(action: ScriptDependencies.() -> Unit)
}

public abstract class BuildScript {
    public abstract fun buildscript(action: ScriptHandlerScope.() -> Unit)

    public abstract val tasks: TaskContainer

    public abstract fun plugins(action: PluginDependenciesSpec.() -> Unit)

    public abstract fun <T : Any> configure(
        type: Class<T>,
        action: T.() -> Unit,
    )

    public inline fun <reified T : Any> configure(noinline action: T.() -> Unit) {
        configure(T::class.java, action)
    }
}

/** Applies its plugins by `apply(plugin = …)`, and so has no name of theirs. */
public abstract class LateScript : BuildScript() {
    public abstract fun apply(plugin: String)

    public abstract fun dependencies(action: DependencyHandlerScope.() -> Unit)
}

public abstract class ApplicationScript : BuildScript() {
    public abstract fun android(action: ApplicationExtension.() -> Unit)

    public abstract fun dependencies(action: AndroidDependencies.() -> Unit)
}

public abstract class LibraryScript : BuildScript() {
    public abstract fun android(action: LibraryExtension.() -> Unit)

    public abstract fun dependencies(action: AndroidDependencies.() -> Unit)
}

public abstract class AssetPackScript : BuildScript() {
    public abstract fun assetPack(action: AssetPackExtension.() -> Unit)
}
