// Runs each script that is named and says what it calls, in order, one call a line: the blocks it
// stands in, its name, and its arguments; or what the compiler of Groovy says. What Gradle would
// answer is another thing to call.

class Thing extends GroovyObjectSupport {
    final String path

    Thing(String path) { this.path = path }

    Object invokeMethod(String name, Object given) {
        def arguments = (given as List)
        def here = path ? "${path}.${name}".toString() : name
        def said = arguments.findAll { !(it instanceof Closure) }
        if (said || !arguments) println "${here}\t${said.join(', ')}"
        def made = new Thing(here)
        arguments.findAll { it instanceof Closure }.each {
            it.delegate = made
            it.resolveStrategy = Closure.DELEGATE_FIRST
            it()
        }
        made
    }

    Object getProperty(String name) {
        new Thing(path ? "${path}.${name}".toString() : name)
    }

    void setProperty(String name, Object value) { println "${path ? path + '.' : ''}${name}\t=${value}" }

    String toString() { path }
}

class Names extends Binding {
    Object getVariable(String name) { name == 'settingsDir' ? new File('.') : new Thing(name) }
}

def configuration = new org.codehaus.groovy.control.CompilerConfiguration(
    scriptBaseClass: DelegatingScript.name, sourceEncoding: 'ISO-8859-1')
args.each { path ->
    println "\f${path}"
    try {
        def shell = new GroovyShell(this.class.classLoader, new Names(), configuration)
        def script = shell.parse(new File(path))
        script.setDelegate(new Thing(''))
        script.run()
    } catch (org.codehaus.groovy.control.CompilationFailedException error) {
        println "error\t${error.message.split('\n')[1]}"
    }
}
